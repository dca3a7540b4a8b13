#include "CKeratinKernels.h"

// Written by Scripts/embed-kernels.sh. `#embed` makes each .cl file a dependency of this file, so that an edit rebuilds the binary.
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
static const unsigned char convolution_pooling_apart_gpu[] = {
#embed "../../Kernels/convolution/pooling_apart_gpu.cl"
};
static const unsigned char elementwise_pointwise[] = {
#embed "../../Kernels/elementwise/pointwise.cl"
};
static const unsigned char include_common[] = {
#embed "../../Kernels/include/common.cl"
};
static const unsigned char include_gate_gpu[] = {
#embed "../../Kernels/include/gate_gpu.cl"
};
static const unsigned char include_join_cpu[] = {
#embed "../../Kernels/include/join_cpu.cl"
};
static const unsigned char include_join_gpu[] = {
#embed "../../Kernels/include/join_gpu.cl"
};
static const unsigned char include_place_cpu[] = {
#embed "../../Kernels/include/place_cpu.cl"
};
static const unsigned char include_place_gpu[] = {
#embed "../../Kernels/include/place_gpu.cl"
};
static const unsigned char linalg_gemm_cpu[] = {
#embed "../../Kernels/linalg/gemm_cpu.cl"
};
static const unsigned char linalg_gemm_gpu[] = {
#embed "../../Kernels/linalg/gemm_gpu.cl"
};
static const unsigned char linalg_load_gpu[] = {
#embed "../../Kernels/linalg/load_gpu.cl"
};
static const unsigned char linalg_product_gpu[] = {
#embed "../../Kernels/linalg/product_gpu.cl"
};
static const unsigned char linalg_roofline_cpu[] = {
#embed "../../Kernels/linalg/roofline_cpu.cl"
};
static const unsigned char linalg_roofline_gpu[] = {
#embed "../../Kernels/linalg/roofline_gpu.cl"
};
static const unsigned char linalg_small[] = {
#embed "../../Kernels/linalg/small.cl"
};
static const unsigned char linalg_tile_cpu[] = {
#embed "../../Kernels/linalg/tile_cpu.cl"
};
static const unsigned char linalg_unit[] = {
#embed "../../Kernels/linalg/unit.cl"
};
static const unsigned char linalg_unit_emulated[] = {
#embed "../../Kernels/linalg/unit_emulated.cl"
};
static const unsigned char linalg_unit_tf32_nvidia[] = {
#embed "../../Kernels/linalg/unit_tf32_nvidia.cl"
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
static const unsigned char movement_scatter_add_cpu[] = {
#embed "../../Kernels/movement/scatter_add_cpu.cl"
};
static const unsigned char movement_scatter_add_gpu[] = {
#embed "../../Kernels/movement/scatter_add_gpu.cl"
};
static const unsigned char movement_transpose_cpu[] = {
#embed "../../Kernels/movement/transpose_cpu.cl"
};
static const unsigned char movement_transpose_gpu[] = {
#embed "../../Kernels/movement/transpose_gpu.cl"
};
static const unsigned char movement_wide_gpu[] = {
#embed "../../Kernels/movement/wide_gpu.cl"
};
static const unsigned char normalization_batch_normalization_cpu[] = {
#embed "../../Kernels/normalization/batch_normalization_cpu.cl"
};
static const unsigned char normalization_batch_normalization_gpu[] = {
#embed "../../Kernels/normalization/batch_normalization_gpu.cl"
};
static const unsigned char normalization_softmax_cpu[] = {
#embed "../../Kernels/normalization/softmax_cpu.cl"
};
static const unsigned char normalization_softmax_gpu[] = {
#embed "../../Kernels/normalization/softmax_gpu.cl"
};
static const unsigned char probes_resident_groups[] = {
#embed "../../Kernels/probes/resident_groups.cl"
};
static const unsigned char probes_vectors[] = {
#embed "../../Kernels/probes/vectors.cl"
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
static const unsigned char reduce_arg_reduce_cpu[] = {
#embed "../../Kernels/reduce/arg_reduce_cpu.cl"
};
static const unsigned char reduce_arg_reduce_gpu[] = {
#embed "../../Kernels/reduce/arg_reduce_gpu.cl"
};
static const unsigned char reduce_arg_sort[] = {
#embed "../../Kernels/reduce/arg_sort.cl"
};
static const unsigned char reduce_arg_sort_gpu[] = {
#embed "../../Kernels/reduce/arg_sort_gpu.cl"
};
static const unsigned char reduce_functions[] = {
#embed "../../Kernels/reduce/functions.cl"
};
static const unsigned char reduce_reduce_cpu[] = {
#embed "../../Kernels/reduce/reduce_cpu.cl"
};
static const unsigned char reduce_reduce_gpu[] = {
#embed "../../Kernels/reduce/reduce_gpu.cl"
};
static const unsigned char training_cross_entropy_cpu[] = {
#embed "../../Kernels/training/cross_entropy_cpu.cl"
};
static const unsigned char training_cross_entropy_gpu[] = {
#embed "../../Kernels/training/cross_entropy_gpu.cl"
};
static const unsigned char training_random[] = {
#embed "../../Kernels/training/random.cl"
};
static const unsigned char training_random_cpu[] = {
#embed "../../Kernels/training/random_cpu.cl"
};
static const unsigned char training_random_gpu[] = {
#embed "../../Kernels/training/random_gpu.cl"
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
    {"convolution/pooling_apart_gpu.cl", convolution_pooling_apart_gpu, sizeof convolution_pooling_apart_gpu},
    {"elementwise/pointwise.cl", elementwise_pointwise, sizeof elementwise_pointwise},
    {"include/common.cl", include_common, sizeof include_common},
    {"include/gate_gpu.cl", include_gate_gpu, sizeof include_gate_gpu},
    {"include/join_cpu.cl", include_join_cpu, sizeof include_join_cpu},
    {"include/join_gpu.cl", include_join_gpu, sizeof include_join_gpu},
    {"include/place_cpu.cl", include_place_cpu, sizeof include_place_cpu},
    {"include/place_gpu.cl", include_place_gpu, sizeof include_place_gpu},
    {"linalg/gemm_cpu.cl", linalg_gemm_cpu, sizeof linalg_gemm_cpu},
    {"linalg/gemm_gpu.cl", linalg_gemm_gpu, sizeof linalg_gemm_gpu},
    {"linalg/load_gpu.cl", linalg_load_gpu, sizeof linalg_load_gpu},
    {"linalg/product_gpu.cl", linalg_product_gpu, sizeof linalg_product_gpu},
    {"linalg/roofline_cpu.cl", linalg_roofline_cpu, sizeof linalg_roofline_cpu},
    {"linalg/roofline_gpu.cl", linalg_roofline_gpu, sizeof linalg_roofline_gpu},
    {"linalg/small.cl", linalg_small, sizeof linalg_small},
    {"linalg/tile_cpu.cl", linalg_tile_cpu, sizeof linalg_tile_cpu},
    {"linalg/unit.cl", linalg_unit, sizeof linalg_unit},
    {"linalg/unit_emulated.cl", linalg_unit_emulated, sizeof linalg_unit_emulated},
    {"linalg/unit_tf32_nvidia.cl", linalg_unit_tf32_nvidia, sizeof linalg_unit_tf32_nvidia},
    {"movement/copy.cl", movement_copy, sizeof movement_copy},
    {"movement/index.cl", movement_index, sizeof movement_index},
    {"movement/patches.cl", movement_patches, sizeof movement_patches},
    {"movement/scatter_add_cpu.cl", movement_scatter_add_cpu, sizeof movement_scatter_add_cpu},
    {"movement/scatter_add_gpu.cl", movement_scatter_add_gpu, sizeof movement_scatter_add_gpu},
    {"movement/transpose_cpu.cl", movement_transpose_cpu, sizeof movement_transpose_cpu},
    {"movement/transpose_gpu.cl", movement_transpose_gpu, sizeof movement_transpose_gpu},
    {"movement/wide_gpu.cl", movement_wide_gpu, sizeof movement_wide_gpu},
    {"normalization/batch_normalization_cpu.cl", normalization_batch_normalization_cpu, sizeof normalization_batch_normalization_cpu},
    {"normalization/batch_normalization_gpu.cl", normalization_batch_normalization_gpu, sizeof normalization_batch_normalization_gpu},
    {"normalization/softmax_cpu.cl", normalization_softmax_cpu, sizeof normalization_softmax_cpu},
    {"normalization/softmax_gpu.cl", normalization_softmax_gpu, sizeof normalization_softmax_gpu},
    {"probes/resident_groups.cl", probes_resident_groups, sizeof probes_resident_groups},
    {"probes/vectors.cl", probes_vectors, sizeof probes_vectors},
    {"recurrent/backward.cl", recurrent_backward, sizeof recurrent_backward},
    {"recurrent/backward_gpu.cl", recurrent_backward_gpu, sizeof recurrent_backward_gpu},
    {"recurrent/cells.cl", recurrent_cells, sizeof recurrent_cells},
    {"recurrent/forward.cl", recurrent_forward, sizeof recurrent_forward},
    {"recurrent/forward_gpu.cl", recurrent_forward_gpu, sizeof recurrent_forward_gpu},
    {"recurrent/resident.cl", recurrent_resident, sizeof recurrent_resident},
    {"recurrent/slices.cl", recurrent_slices, sizeof recurrent_slices},
    {"recurrent/units.cl", recurrent_units, sizeof recurrent_units},
    {"reduce/arg_reduce_cpu.cl", reduce_arg_reduce_cpu, sizeof reduce_arg_reduce_cpu},
    {"reduce/arg_reduce_gpu.cl", reduce_arg_reduce_gpu, sizeof reduce_arg_reduce_gpu},
    {"reduce/arg_sort.cl", reduce_arg_sort, sizeof reduce_arg_sort},
    {"reduce/arg_sort_gpu.cl", reduce_arg_sort_gpu, sizeof reduce_arg_sort_gpu},
    {"reduce/functions.cl", reduce_functions, sizeof reduce_functions},
    {"reduce/reduce_cpu.cl", reduce_reduce_cpu, sizeof reduce_reduce_cpu},
    {"reduce/reduce_gpu.cl", reduce_reduce_gpu, sizeof reduce_reduce_gpu},
    {"training/cross_entropy_cpu.cl", training_cross_entropy_cpu, sizeof training_cross_entropy_cpu},
    {"training/cross_entropy_gpu.cl", training_cross_entropy_gpu, sizeof training_cross_entropy_gpu},
    {"training/random.cl", training_random, sizeof training_random},
    {"training/random_cpu.cl", training_random_cpu, sizeof training_random_cpu},
    {"training/random_gpu.cl", training_random_gpu, sizeof training_random_gpu},
};

const KeratinKernelSource *keratinKernelSources(size_t *count) {
    *count = sizeof sources / sizeof sources[0];
    return sources;
}
