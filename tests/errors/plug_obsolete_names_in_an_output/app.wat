(component
  (import "acme:kv/store" (instance (export "get" (func))))
  (import "locked-dep=<acme:log@1.0.0>" (component))
  (import "url=<https://example.com/clock.wasm>" (func)))
