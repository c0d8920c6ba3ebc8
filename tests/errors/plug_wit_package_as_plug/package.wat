(component
  (type $world (component
    (type (component (export "greet" (func (result string)))))
    (export "acme:hello/greeter@1.0.0" (component (type 0)))))
  (export "greeter" (type $world)))
