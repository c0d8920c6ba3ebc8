(component
  (import "get-of-kv" (func $get (result u32)))
  (instance $store (export "get" (func $get)))
  (export "acme:kv/store@1.0.0" (instance $store)))
