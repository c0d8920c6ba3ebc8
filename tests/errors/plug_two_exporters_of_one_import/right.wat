(component
  (import "get-of-right" (func $get (param "key" string) (result (option string))))
  (instance $store (export "get" (func $get)))
  (export "acme:kv/store@0.1.0" (instance $store)))
