// The YAML decoding of the kubelet of Kubernetes 1.34.4, as an oracle for nightlatch's own readers.
module nightlatch.dev/integration/controlplane/decode

go 1.24.0

require k8s.io/apimachinery v0.34.4

require sigs.k8s.io/json v0.0.0-20241014173422-cfa47c3a1cc8

require (
	go.yaml.in/yaml/v2 v2.4.2 // indirect
	sigs.k8s.io/yaml v1.6.0 // indirect
)
