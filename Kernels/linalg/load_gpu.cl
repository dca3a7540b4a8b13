// Where the elements of dense factors lie (gemm_gpu.cl). A_ALONG_DEPTH, B_ALONG_DEPTH: neighbours in memory are neighbours
// along the depth, else along the rows of C or its columns.
#define GEOMETRY_PARAMETERS
#define PLACES_A int
#if A_ALONG_DEPTH
#define PLACE_A(line) (min(line, s.m - 1) * s.rowA)
#define LOAD_A(place, line, depth) (*(__global const VALUES_A *)(A + (place) + (depth)))
#else
#define PLACE_A(line) (line)
#define LOAD_A(place, line, depth) (*(__global const VALUES_A *)(A + (long)(depth) * s.depthA + (place)))
#endif
#if B_ALONG_DEPTH
#define LOAD_B(column, depth) (*(__global const VALUES_B *)(B + (long)(column) * s.columnB + (depth)))
#else
#define LOAD_B(column, depth) (*(__global const VALUES_B *)(B + (long)(depth) * s.depthB + (column)))
#endif
