(component
  (import "write" (func $write (param "line" string)))
  (instance $log (export "write" (func $write)))
  (export "acme:log/log@0.2.0" (instance $log)))
