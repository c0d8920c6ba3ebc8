(component
  (core module $math (func (export "add") (param i64 i64) (result i64) (local.get 0)))
  (export "math" (core module $math)))
