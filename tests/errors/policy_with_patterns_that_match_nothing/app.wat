(component (import "wasi:sockets/tcp@0.2.0" (instance (export "connect" (func)) (export "listen" (func)))) (import "log" (func)))
