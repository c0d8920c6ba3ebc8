(component
  (import "log" (func $log (param "message" string)))
  (import "answer" (func $answer (result u32)))
  (export "log" (func $log))
  (export "answer" (func $answer)))
