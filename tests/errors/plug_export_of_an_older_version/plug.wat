(component
  (import "get" (func $get (result u32)))
  (instance $store (export "get" (func $get)))
  (export "acme:kv/store@1.1.0" (instance $store)))
