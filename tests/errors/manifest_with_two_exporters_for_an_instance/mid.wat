(component
  (import "acme:kv/store@1.0.0" (instance $store (export "get" (func (result u32)))))
  (export "acme:mid/api@1.0.0" (instance $store)))
