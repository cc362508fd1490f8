using System.Globalization;

namespace SemanticStyleGan.Distributed;

/// <summary>How this process was started, as the environment tells: by whose launcher and as one of how many.</summary>
/// <param name="Ranks">Processes of the job; 1 where no launcher is at work.</param>
/// <param name="Implementation">Whose launcher; null where it does not say.</param>
public sealed record MpiLaunch(int Ranks, MpiImplementation? Implementation)
{
    /// <summary>Reads the variables that <c>mpirun</c> of Open MPI and of MPICH, and Slurm's <c>srun</c>, set.</summary>
    /// <param name="variable">Looks up an environment variable; null where there is none.</param>
    /// <exception cref="InputException">Slurm started several processes without MPI.</exception>
    public static MpiLaunch Detect(Func<string, string?> variable)
    {
        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;
        if (Number("OMPI_COMM_WORLD_SIZE") is { } ompi) return new(ompi, MpiImplementation.OpenMpi);
        int slurm = Number("SLURM_STEP_NUM_TASKS") ?? 1;
        // srun --mpi=pmix serves both implementations, but Open MPI understands it out of the box; PMI-1 and PMI-2 are MPICH's.
        if (variable("PMIX_RANK") is not null) return new(slurm, MpiImplementation.OpenMpi);
        if (Number("PMI_SIZE") is { } pmi) return new(pmi, MpiImplementation.Mpich);
        if (slurm > 1 && variable("SLURM_PROCID") is not null)
            throw new InputException($"srun started {slurm} processes without MPI; use srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH), or one process.");
        return new(1, null);
    }
}
