-- The role that KEDA counts due work with (k8s/README.md, "Autoscaling"): it sees on which queue how much is due, and neither
-- whose work it is nor what is in it. Give it a password: \password signalbox_scaler
CREATE ROLE signalbox_scaler LOGIN CONNECTION LIMIT 20;
GRANT SELECT (queue, due_at) ON push_work, payments_work, events_work TO signalbox_scaler;
