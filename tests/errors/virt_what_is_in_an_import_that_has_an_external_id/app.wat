;; Two components may have `f` of two things of the host's, and an output has one import of that name.
(component
  (import "a:b/c" (instance (export "f" (external-id "admin") (func)))))
