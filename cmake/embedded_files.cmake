# nightlatch_embed(ROOM SYMBOL FILE...): which files travel inside the binary.
nightlatch_embed(spec playbook_closed playbooks/closed.yaml)
nightlatch_embed(spec playbook_health_only playbooks/health-only.yaml)
nightlatch_embed(spec playbook_kubeadm_join playbooks/kubeadm-join.yaml)
nightlatch_embed(spec playbook_metrics playbooks/metrics.yaml)
nightlatch_embed(spec playbook_oidc_discovery playbooks/oidc-discovery.yaml)
nightlatch_embed(spec playbook_rbac_only playbooks/rbac-only.yaml)
nightlatch_embed(audit audit_taxonomy templates/audit/taxonomy.yaml)
nightlatch_embed(node wrapper_sh templates/node/wrapper.sh)
# The node's script: parts for its reader, one file for the node.
nightlatch_embed(rbac rbac_grant templates/rbac/grant.yaml)
nightlatch_embed(rbac rbac_operator templates/rbac/operator.yaml)
nightlatch_embed(rbac scrape_anonymous templates/rbac/scrape-anonymous.yaml)
nightlatch_embed(rbac scrape_group templates/rbac/scrape-group.yaml)
nightlatch_embed(rbac scrape_serviceaccount templates/rbac/scrape-serviceaccount.yaml)
nightlatch_embed(node agent_sh
  src/node/agent/request.sh src/node/agent/state.sh src/node/agent/verbs.sh
  src/node/agent/obstacle.sh src/node/agent/guard.sh src/node/agent/pod.sh src/node/agent/facts.sh
  src/node/agent/inputs.sh src/node/agent/schedule.sh)
nightlatch_embed(plan host_ansible templates/host/ansible.yaml)
nightlatch_embed(plan host_cloud_init templates/host/cloud-init.yaml)
nightlatch_embed(plan host_shell templates/host/shell.sh)
