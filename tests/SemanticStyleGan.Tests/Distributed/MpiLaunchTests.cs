using SemanticStyleGan.Distributed;

namespace SemanticStyleGan.Tests.Distributed;

public sealed class MpiLaunchTests
{
    [Theory]
    [InlineData("", 1, null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4", 4, MpiImplementation.OpenMpi)]
    [InlineData("PMI_SIZE=2 PMI_RANK=1", 2, MpiImplementation.Mpich)]
    [InlineData("PMIX_RANK=0 SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=0", 8, MpiImplementation.OpenMpi)]
    [InlineData("PMI_SIZE=8 SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=0", 8, MpiImplementation.Mpich)]
    [InlineData("SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0", 1, null)]
    [InlineData("SLURM_NTASKS=8", 1, null)] // a batch script's own process
    public void The_launcher_is_known_by_its_variables(string variables, int ranks, MpiImplementation? implementation) =>
        Assert.Equal(new MpiLaunch(ranks, implementation), Detect(variables));

    [Fact]
    public void Slurm_without_MPI_would_train_several_times_and_is_refused() =>
        Assert.Contains("--mpi=pmix", Assert.Throws<InputException>(() => Detect("SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=3")).Message);

    private static MpiLaunch Detect(string variables)
    {
        Dictionary<string, string> environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return MpiLaunch.Detect(name => environment.GetValueOrDefault(name));
    }
}
