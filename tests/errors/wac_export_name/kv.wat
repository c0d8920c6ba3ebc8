(component
  (core module $m (func (export "f") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func $get (result u32) (canon lift (core func $i "f")))
  (instance $store (export "get" (func $get)))
  (export "acme:kv/store@1.0.0" (instance $store))
  (export "version" (func $get)))
