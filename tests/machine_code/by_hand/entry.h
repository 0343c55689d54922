// SPDX-License-Identifier: BSL-1.0
// What a driver calls, for a filesystem with a `static int notify_failure(...)`. Included at the
// end of its file, behind the definitions of POLICY and of REMOVAL_FLAGS, the mf_flags of kill_dax.
// Both entries, or with ENTRY_NOTIFY_FAILURE or ENTRY_KILL_DAX one of them, so that the compiler
// can inline everything into it.

#define CONCATENATE_(a, b) a##b
#define CONCATENATE(a, b) CONCATENATE_(a, b)

static inline int dax_holder_notify_failure(const struct dax_device* device, uint64_t offset,
                                            uint64_t length, unsigned mf_flags) {
    const struct dax_holder* holder;

    if (device->life == DEAD)
        return -ENXIO;
    holder = device->holder;
    if (!holder)
        return -EOPNOTSUPP;
    return notify_failure(holder->fs, holder->role, offset, length, mf_flags);
}

#ifndef ENTRY_KILL_DAX
int CONCATENATE(expected_notify_failure_, POLICY)(const struct dax_device* device, uint64_t offset,
                                                  uint64_t length, unsigned mf_flags) {
    return dax_holder_notify_failure(device, offset, length, mf_flags);
}
#endif

#ifndef ENTRY_NOTIFY_FAILURE
int CONCATENATE(expected_kill_dax_, POLICY)(struct dax_device* device) {
    int answer;

    if (device->life != ALIVE)
        return -ENXIO;
    // Alive for the notification, and dead for those who want to hold it.
    device->life = DYING;
    answer = dax_holder_notify_failure(device, 0, UINT64_MAX, REMOVAL_FLAGS);
    device->life = DEAD;
    device->holder = NULL;
    return answer;
}
#endif
