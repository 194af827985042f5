module nightlatch.dev/integration/controlplane/pause

go 1.23.0
