(component (import "wasi:cli/exit@0.2.6" (instance (export "exit" (func (param "status" (result)))))))
