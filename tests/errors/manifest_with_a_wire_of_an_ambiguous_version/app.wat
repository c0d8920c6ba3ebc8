(component
  (import "acme:kv/store@0.2.0" (instance (export "count" (func (result u32)))))
  (import "acme:kv/store@0.3.0" (instance (export "count" (func (result u32))))))
