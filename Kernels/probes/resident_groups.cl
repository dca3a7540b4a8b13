// Whether all groups of a launch run at the same time and see what the others write: each writes numbers that change with every turn,
// waits, and looks at another group's. wrong: how many were not what they should be.
#define RESIDENT_ITEMS 256
#define RESIDENT_NUMBER(turn, group, item) ((turn) * 7919 + (group) * 131 + (item))

__kernel __attribute__((reqd_work_group_size(RESIDENT_ITEMS, 1, 1))) void probe(
    __global int *numbers, __global volatile int *gate, __global int *wrong, const int turns) {
    const int group = (int)get_group_id(0), groups = (int)get_num_groups(0);
    const int item = (int)get_local_id(0), own = group * RESIDENT_ITEMS + item;
    int count = 0;
    for (int turn = 0; turn < turns; turn++) {
        numbers[own] = RESIDENT_NUMBER(turn, group, item);
        joined_wait(gate);
        const int other = (group + turn + 1) % groups;
        count += numbers[other * RESIDENT_ITEMS + item] != RESIDENT_NUMBER(turn, other, item);
        joined_wait(gate);
    }
    wrong[own] = count;
}
