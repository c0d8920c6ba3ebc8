(component
  (import "readall" (func $f))
  (export "filled" (func $f)))
