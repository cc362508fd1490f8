using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>In double precision it shows that slices of a batch compute the same as the batch: in float32 rounding grows with every step.</summary>
[Collection("Memory")] // alone: the default precision is the process's
public sealed class DoublePrecisionTests : IDisposable
{
    public DoublePrecisionTests() => set_default_dtype(ScalarType.Float64);

    public void Dispose() => set_default_dtype(ScalarType.Float32);

    // With seed 3 more than half of the weights differ by more than 1e-5 in float32.
    [Theory, InlineData(3), InlineData(5)]
    public void Two_ranks_with_half_the_batch_give_the_weights_of_one_with_all_of_it(long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> whole = Train(ProcessGroup.Alone, seed);
        foreach (Dictionary<string, Tensor> rank in ThreadGroup.Run(2, group => Train(group, seed)))
        {
            Assert.Equal(whole.Keys, rank.Keys);
            double largest = whole.Max(w => (w.Value - rank[w.Key]).abs().max().ToDouble());
            Assert.True(largest < 1e-9, $"{largest:g3}");
        }
    }

    // The weights after 20 iterations, as the trainer makes them but without its files.
    private static Dictionary<string, Tensor> Train(ProcessGroup group, long seed)
    {
        TrainingConfig config = TinyTraining.Config with { BatchSize = 8, PathLengthBatchShrink = 2, EditLocality = 1, Seed = seed };
        using TrainingState state = new(config, SemanticLayout.Faces, CPU);
        using BatchLoader loader = new(new SyntheticFaces(16, 24, 1), new BatchLoaderOptions { BatchSize = config.BatchSize / group.Size, Seed = config.Seed, Mirror = true, Rank = group.Rank, Ranks = group.Size });
        Dictionary<string, Tensor> Weights() => ((IEnumerable<(string Name, TorchSharp.Modules.Parameter Value)>)[.. state.Generator.named_parameters(), .. state.Discriminator.named_parameters()])
            .Select((p, i) => ($"{i} {p.Name}", p.Value.detach().clone())).ToDictionary();
        Dictionary<string, Tensor> start = Weights();
        Iteration iteration = new(state, new PaperPhases(state, group).All, BatchSlice.Of(group, config.BatchSize, null), group);
        for (int i = 0; i < 20; i++) iteration.Run(loader, (_, _) => { }, () => false);
        Dictionary<string, Tensor> end = Weights();
        Assert.All(end.Values, w => Assert.Equal(ScalarType.Float64, w.dtype));
        Assert.True(start.Max(w => (w.Value - end[w.Key]).abs().max().ToDouble()) > 1e-3);
        return end;
    }
}
