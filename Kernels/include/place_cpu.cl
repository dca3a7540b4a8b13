// Before everything else of a program of joined launches: kernels become functions, called by the one work-item that there is.
#define __kernel static
#define get_global_id(axis) ((size_t)0)
