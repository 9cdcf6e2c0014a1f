"""Seven builds of our services, each broken in one place: the oracle that stays green for one of them is the defect.

    python -m tests.faults.broken <build> <service>

The real service runs, its kernel changed by patches made here and nowhere else, so no switch of this kind is in what is
shipped. `builds` the patches · `patching` refuses a kernel that they no longer fit · `controls` what brings each out.
"""
