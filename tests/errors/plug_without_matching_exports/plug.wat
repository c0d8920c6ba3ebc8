(component
  (import "text" (func $text (result string)))
  (import "noop" (func $noop))
  (instance $empty)
  (export "hello-world" (func $text))
  (export "acme:log/log@0.2.0" (instance $empty))
  (export "other:metrics/counter@1.0.0" (instance $empty))
  (export "store" (instance $empty))
  (export "color" (func $noop)))
