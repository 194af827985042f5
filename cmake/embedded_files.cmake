# nightlatch_embed(ROOM SYMBOL FILE...): which files travel inside the binary.
nightlatch_embed(spec playbook_closed playbooks/closed.yaml)
nightlatch_embed(spec playbook_health_only playbooks/health-only.yaml)
nightlatch_embed(spec playbook_kubeadm_join playbooks/kubeadm-join.yaml)
nightlatch_embed(spec playbook_metrics playbooks/metrics.yaml)
nightlatch_embed(spec playbook_oidc_discovery playbooks/oidc-discovery.yaml)
nightlatch_embed(spec playbook_rbac_only playbooks/rbac-only.yaml)
nightlatch_embed(audit audit_taxonomy templates/audit/taxonomy.yaml)
# The node's script: parts for its reader, one file for the node.
nightlatch_embed(rbac rbac_grant templates/rbac/grant.yaml)
nightlatch_embed(rbac scrape_anonymous templates/rbac/scrape-anonymous.yaml)
nightlatch_embed(rbac scrape_group templates/rbac/scrape-group.yaml)
nightlatch_embed(rbac scrape_serviceaccount templates/rbac/scrape-serviceaccount.yaml)
nightlatch_embed(node agent_sh
  src/node/agent/request.sh src/node/agent/state.sh src/node/agent/verbs.sh
  src/node/agent/obstacle.sh src/node/agent/guard.sh src/node/agent/pod.sh src/node/agent/facts.sh
  src/node/agent/inputs.sh src/node/agent/schedule.sh)
nightlatch_embed(monitor monitor_athena templates/monitor/athena.sql)
nightlatch_embed(monitor monitor_clickhouse templates/monitor/clickhouse.sql)
nightlatch_embed(monitor monitor_dashboard templates/monitor/dashboard.json)
nightlatch_embed(monitor monitor_elasticsearch templates/monitor/elasticsearch.esql)
nightlatch_embed(monitor monitor_falco templates/monitor/falco.yaml)
nightlatch_embed(monitor monitor_loki templates/monitor/loki.logql)
nightlatch_embed(monitor monitor_netdata templates/monitor/netdata.conf)
nightlatch_embed(monitor monitor_netdata_job templates/monitor/netdata-job.yaml)
nightlatch_embed(monitor monitor_rules templates/monitor/rules.yaml)
nightlatch_embed(monitor monitor_scrape templates/monitor/scrape.yaml)
nightlatch_embed(monitor monitor_sigma_rule templates/monitor/sigma-rule.yaml)
nightlatch_embed(monitor monitor_splunk templates/monitor/splunk.spl)
