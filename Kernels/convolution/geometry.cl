// A sliding window over channels-last tensors of spatial rank three (lower ranks have leading
// extents of one). x is [batch, depth, height, width, channels], y [batch, oDepth, oHeight, oWidth, …].
typedef struct {
    int batch, depth, height, width, channels;
    int oDepth, oHeight, oWidth, filters;
    int kDepth, kHeight, kWidth;
    int sDepth, sHeight, sWidth;
    int dDepth, dHeight, dWidth;
    int pDepth, pHeight, pWidth;
    // Channels of x and of y that one group uses.
    int groupChannels, groupFilters;
} Geometry;
