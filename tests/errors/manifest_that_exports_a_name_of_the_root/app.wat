(component (import "acme:kv/store@1.0.0" (instance (export "get" (func (result u32)))))
  (import "own" (func $own))
  (instance $own (export "get" (func $own)))
  (export "acme:kv/store@1.0.0" (instance $own)))
