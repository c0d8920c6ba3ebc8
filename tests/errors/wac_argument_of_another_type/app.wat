(component
  (import "acme:kv/store@1.0.0" (instance $store (export "get" (func (result u32)))))
  (import "log" (func $log (result u32)))
  (alias export $store "get" (func $get))
  (export "run" (func $get)))
