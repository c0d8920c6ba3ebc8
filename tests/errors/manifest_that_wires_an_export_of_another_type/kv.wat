(component
  (import "get-of-kv" (func $get (result string)))
  (instance $store (export "get" (func $get)))
  (export "acme:cache/store@1.0.0" (instance $store)))
