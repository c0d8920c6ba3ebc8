;; An adapter's import of it would have no id.
(component
  (import "a:b/c" (instance (export "f" (external-id "admin") (func)) (export "g" (func)))))
