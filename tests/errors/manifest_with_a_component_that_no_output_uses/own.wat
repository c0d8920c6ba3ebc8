(component
  (import "get-of-own" (func $get (result u32)))
  (instance $store (export "get" (func $get)))
  (export "acme:kv/own@1.0.0" (instance $store)))
