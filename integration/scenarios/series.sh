# tier: all
# seconds: 4200
# shows: S1 S3 S6 S21: rolls and rollbacks in a row; nothing is left behind, nothing lies between two states
# shellcheck shell=sh

# Twenty, unless the environment wants fewer.
rounds=${NIGHTLATCH_SERIES:-20}
playbook=$(fast_playbook)

rewrite_pristine

slowest=0 all=$(date +%s)
for round in $(seq "$rounds"); do
  claim "roll $round of $rounds"
  began=$(date +%s)
  roll 0
  expect_outcomes confirmed confirmed confirmed
  expect_new
  expect_nothing_left
  claim "rollback $round of $rounds"
  undo
  expect_nothing_left
  took=$(($(date +%s) - began))
  echo "round $round: $took s"
  [ $took -le $slowest ] || slowest=$took
done

claim 'all answer as in the beginning'
expect_matrix old
on cp1 du -sk /etc/kubernetes/nightlatch
echo "$rounds rolls and rollbacks in $(($(date +%s) - all)) s, the slowest round $slowest s" | tee "$work/note"
