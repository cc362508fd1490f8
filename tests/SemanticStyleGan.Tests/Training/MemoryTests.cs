using System.Diagnostics;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>Counts of live tensors and resident memory are of the whole process: nothing else may run beside these tests.</summary>
[Collection(Name), CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryTests
{
    private const string Name = "alone in the process";

    [Fact]
    public void Training_keeps_memory_and_live_tensors_flat_over_hundreds_of_iterations()
    {
        using TemporaryFolder folder = new();
        TinyTraining.Run(folder.File("run"), TinyTraining.Config with { Images = 200 });
        long tensors = Tensor.TotalCount, resident = Resident();
        TinyTraining.Run(folder.File("run"), TinyTraining.Config with { Images = 1000 }, TinyTraining.Options with { CheckpointImages = 200 });
        // 200 iterations; what a run's own networks leave behind (about 120) goes with the garbage collector.
        Assert.InRange(Tensor.TotalCount - tensors, long.MinValue, 150);
        Assert.InRange(Resident() - resident, long.MinValue, 150L << 20);
    }

    [Fact]
    public void Synthesis_leaves_no_tensor_behind()
    {
        using DisposeScope scope = NewDisposeScope();
        using SemanticModel model = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(4, CPU)), SemanticLayout.Faces);
        Synthesizer synthesizer = new(model);
        Tensor codes = synthesizer.Codes(0, 9);
        synthesizer.Synthesize(codes, (_, _) => { }, 1);
        long before = Tensor.TotalCount;
        for (int i = 0; i < 3; i++) synthesizer.Synthesize(codes, (_, _) => { }, 1);
        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    private static long Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
