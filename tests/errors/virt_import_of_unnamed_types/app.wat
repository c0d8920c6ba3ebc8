(component
  (import "acme:kv/types" (instance $types (export "bucket" (type (sub resource)))))
  (alias export $types "bucket" (type $bucket))
  (import "acme:kv/store" (instance (export "open" (func (result (own $bucket)))))))
