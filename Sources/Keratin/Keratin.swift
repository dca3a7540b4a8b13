// Filled by its issue step.
