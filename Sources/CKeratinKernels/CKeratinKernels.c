#include "CKeratinKernels.h"

// `#embed` makes each .cl file a dependency of this file, so that an edit rebuilds the binary.
static const unsigned char attention_attention_cpu[] = {
#embed "../../Kernels/attention/attention_cpu.cl"
};
static const unsigned char attention_attention_gpu[] = {
#embed "../../Kernels/attention/attention_gpu.cl"
};
static const unsigned char attention_pattern[] = {
#embed "../../Kernels/attention/pattern.cl"
};
static const unsigned char convolution_depthwise[] = {
#embed "../../Kernels/convolution/depthwise.cl"
};
static const unsigned char convolution_geometry[] = {
#embed "../../Kernels/convolution/geometry.cl"
};
static const unsigned char convolution_load_gpu[] = {
#embed "../../Kernels/convolution/load_gpu.cl"
};
static const unsigned char convolution_pack_cpu[] = {
#embed "../../Kernels/convolution/pack_cpu.cl"
};
static const unsigned char convolution_pooling[] = {
#embed "../../Kernels/convolution/pooling.cl"
};
static const unsigned char elementwise_pointwise[] = {
#embed "../../Kernels/elementwise/pointwise.cl"
};
static const unsigned char include_common[] = {
#embed "../../Kernels/include/common.cl"
};
static const unsigned char linalg_gemm_cpu[] = {
#embed "../../Kernels/linalg/gemm_cpu.cl"
};
static const unsigned char linalg_gemm_gpu[] = {
#embed "../../Kernels/linalg/gemm_gpu.cl"
};
static const unsigned char linalg_roofline[] = {
#embed "../../Kernels/linalg/roofline.cl"
};
static const unsigned char linalg_small[] = {
#embed "../../Kernels/linalg/small.cl"
};
static const unsigned char linalg_tile_cpu[] = {
#embed "../../Kernels/linalg/tile_cpu.cl"
};
static const unsigned char movement_copy[] = {
#embed "../../Kernels/movement/copy.cl"
};
static const unsigned char movement_index[] = {
#embed "../../Kernels/movement/index.cl"
};
static const unsigned char movement_patches[] = {
#embed "../../Kernels/movement/patches.cl"
};
static const unsigned char normalization_batch_normalization[] = {
#embed "../../Kernels/normalization/batch_normalization.cl"
};
static const unsigned char normalization_softmax[] = {
#embed "../../Kernels/normalization/softmax.cl"
};
static const unsigned char recurrent_backward[] = {
#embed "../../Kernels/recurrent/backward.cl"
};
static const unsigned char recurrent_backward_gpu[] = {
#embed "../../Kernels/recurrent/backward_gpu.cl"
};
static const unsigned char recurrent_cells[] = {
#embed "../../Kernels/recurrent/cells.cl"
};
static const unsigned char recurrent_forward[] = {
#embed "../../Kernels/recurrent/forward.cl"
};
static const unsigned char recurrent_forward_gpu[] = {
#embed "../../Kernels/recurrent/forward_gpu.cl"
};
static const unsigned char recurrent_resident[] = {
#embed "../../Kernels/recurrent/resident.cl"
};
static const unsigned char recurrent_slices[] = {
#embed "../../Kernels/recurrent/slices.cl"
};
static const unsigned char recurrent_units[] = {
#embed "../../Kernels/recurrent/units.cl"
};
static const unsigned char reduce_arg_reduce[] = {
#embed "../../Kernels/reduce/arg_reduce.cl"
};
static const unsigned char reduce_arg_sort[] = {
#embed "../../Kernels/reduce/arg_sort.cl"
};
static const unsigned char reduce_reduce[] = {
#embed "../../Kernels/reduce/reduce.cl"
};
static const unsigned char training_cross_entropy[] = {
#embed "../../Kernels/training/cross_entropy.cl"
};
static const unsigned char training_random[] = {
#embed "../../Kernels/training/random.cl"
};

static const KeratinKernelSource sources[] = {
    {"attention/attention_cpu.cl", attention_attention_cpu, sizeof attention_attention_cpu},
    {"attention/attention_gpu.cl", attention_attention_gpu, sizeof attention_attention_gpu},
    {"attention/pattern.cl", attention_pattern, sizeof attention_pattern},
    {"convolution/depthwise.cl", convolution_depthwise, sizeof convolution_depthwise},
    {"convolution/geometry.cl", convolution_geometry, sizeof convolution_geometry},
    {"convolution/load_gpu.cl", convolution_load_gpu, sizeof convolution_load_gpu},
    {"convolution/pack_cpu.cl", convolution_pack_cpu, sizeof convolution_pack_cpu},
    {"convolution/pooling.cl", convolution_pooling, sizeof convolution_pooling},
    {"elementwise/pointwise.cl", elementwise_pointwise, sizeof elementwise_pointwise},
    {"include/common.cl", include_common, sizeof include_common},
    {"linalg/gemm_cpu.cl", linalg_gemm_cpu, sizeof linalg_gemm_cpu},
    {"linalg/gemm_gpu.cl", linalg_gemm_gpu, sizeof linalg_gemm_gpu},
    {"linalg/roofline.cl", linalg_roofline, sizeof linalg_roofline},
    {"linalg/small.cl", linalg_small, sizeof linalg_small},
    {"linalg/tile_cpu.cl", linalg_tile_cpu, sizeof linalg_tile_cpu},
    {"movement/copy.cl", movement_copy, sizeof movement_copy},
    {"movement/index.cl", movement_index, sizeof movement_index},
    {"movement/patches.cl", movement_patches, sizeof movement_patches},
    {"normalization/batch_normalization.cl", normalization_batch_normalization, sizeof normalization_batch_normalization},
    {"normalization/softmax.cl", normalization_softmax, sizeof normalization_softmax},
    {"recurrent/backward.cl", recurrent_backward, sizeof recurrent_backward},
    {"recurrent/backward_gpu.cl", recurrent_backward_gpu, sizeof recurrent_backward_gpu},
    {"recurrent/cells.cl", recurrent_cells, sizeof recurrent_cells},
    {"recurrent/forward.cl", recurrent_forward, sizeof recurrent_forward},
    {"recurrent/forward_gpu.cl", recurrent_forward_gpu, sizeof recurrent_forward_gpu},
    {"recurrent/resident.cl", recurrent_resident, sizeof recurrent_resident},
    {"recurrent/slices.cl", recurrent_slices, sizeof recurrent_slices},
    {"recurrent/units.cl", recurrent_units, sizeof recurrent_units},
    {"reduce/arg_reduce.cl", reduce_arg_reduce, sizeof reduce_arg_reduce},
    {"reduce/arg_sort.cl", reduce_arg_sort, sizeof reduce_arg_sort},
    {"reduce/reduce.cl", reduce_reduce, sizeof reduce_reduce},
    {"training/cross_entropy.cl", training_cross_entropy, sizeof training_cross_entropy},
    {"training/random.cl", training_random, sizeof training_random},
};

const KeratinKernelSource *keratinKernelSources(size_t *count) {
    *count = sizeof sources / sizeof sources[0];
    return sources;
}
