(module (import "__main_module__" "run" (func $run)) (func (export "go") (call $run)))
