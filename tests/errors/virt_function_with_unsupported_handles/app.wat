(component
  (import "url=<https://example.com/kv.wasm>" (instance $types (export "bucket" (type (sub resource)))))
  (alias export $types "bucket" (type $bucket))
  (import "acme:kv/store" (instance
    (export "bucket" (type $b (eq $bucket)))
    (export "open" (func (result (own $b)))))))
