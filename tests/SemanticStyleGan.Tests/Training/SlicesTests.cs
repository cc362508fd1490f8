using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>A batch computed in slices, over ranks or one after the other, trains as in one piece.</summary>
public sealed class SlicesTests : IDisposable
{
    private const int Iterations = 20;
    private static readonly TrainingConfig Config = TinyTraining.Config with { BatchSize = 8, Images = 8 * Iterations, PathLengthBatchShrink = 2 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_ranks_give_the_weights_of_one_rank_after_20_iterations()
    {
        TinyTraining.RunAsRank(2, folder.File("micro"), Config, TinyTraining.Options with { MicroBatch = 4 });
        Assert.Equal([160, 160], ThreadGroup.Run(2, group => TinyTraining.Run(folder.File("ranks"), Config, group: group)));
        // Slice by slice the same numbers are added: bit for bit.
        using TensorFile micro = Last("micro"), ranks = Last("ranks");
        Parity.AssertSame(micro.Tensors, ranks.Tensors);

        // In one piece sums are rounded differently, see AssertClose.
        TinyTraining.Run(folder.File("whole"), Config, TinyTraining.Options with { Workers = 1 });
        AssertClose("whole", "ranks");
    }

    [Fact]
    public void Two_workers_give_the_weights_of_two_ranks()
    {
        TrainingConfig config = Config with { Images = 8 * 4 };
        Assert.Equal(32, TinyTraining.Run(folder.File("workers"), config, TinyTraining.Options with { Workers = 2 }));
        ThreadGroup.Run(2, group => TinyTraining.Run(folder.File("ranks"), config, group: group));
        using TensorFile workers = Last("workers"), ranks = Last("ranks");
        Parity.AssertSame(workers.Tensors, ranks.Tensors);
    }

    [Fact]
    public void An_early_end_is_the_end_of_all_ranks()
    {
        TrainingOptions options = TinyTraining.Options with { PreviewImages = 16, CheckpointImages = 8, EndWhen = _ => "enough" };
        Assert.Equal([16, 16], ThreadGroup.Run(2, group => TinyTraining.Run(folder.File("ended"), Config, options, group)));
    }

    [Fact]
    public void Every_phase_has_the_gradients_of_one_piece()
    {
        using DisposeScope scope = NewDisposeScope();
        using TrainingState state = new(Config, SemanticLayout.Faces, CPU);
        using BatchLoader loader = new(new SyntheticFaces(16, 24, 1), new BatchLoaderOptions { BatchSize = 8 });
        Batch batch = loader.Next();
        Tensor image = batch.Image, mask = MaskTensors.OneHot(batch.Labels!, 13);
        for (int index = 0; index < 4; index++)
        {
            Phase phase = new PaperPhases(state, ProcessGroup.Alone).All[index];
            Dictionary<string, Tensor> Gradients(int slices)
            {
                phase.Optimizers.Single().ZeroGradients();
                state.PathLengthMean.fill_(0.3);
                StepInput[] inputs = [.. Enumerable.Range(0, slices).Select(i => new BatchSlice(i, slices, 8)).Select(slice =>
                    new StepInput(slice, image.slice(0, slice.Index, 8, slices), mask.slice(0, slice.Index, 8, slices), new SampleRandom(7, 80, index, slice), (_, _) => { }))];
                foreach (Tensor loss in phase.Losses(inputs)) (loss / slices).backward();
                return phase.Networks.Single().named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.clone());
            }
            Dictionary<string, Tensor> whole = Gradients(1), sliced = Gradients(2);
            Assert.Equal(whole.Keys, sliced.Keys);
            foreach ((string name, Tensor gradient) in whole)
            {
                double largest = gradient.abs().max().item<float>(), difference = (gradient - sliced[name]).abs().max().item<float>();
                Assert.True(difference <= 1e-5 * largest, $"{phase.Name} {name}: {difference:g3} of {largest:g3}");
            }
        }
    }

    // Nine iterations: in float32 rounding has not grown much by then, see DoublePrecisionTests.
    [Theory, InlineData(0), InlineData(3)]
    public void A_run_on_two_ranks_then_one_then_four_gives_the_weights_of_one_rank(long seed)
    {
        TrainingConfig config = Config with { BatchSize = 16, Images = 16 * 9, Seed = seed };
        TinyTraining.Run(folder.File("whole"), config, TinyTraining.Options with { Workers = 1 });
        ThreadGroup.Run(2, group => TinyTraining.Run(folder.File("parts"), config with { Images = 16 * 3 }, group: group));
        TinyTraining.Run(folder.File("parts"), config with { Images = 16 * 6 }, TinyTraining.Options with { Workers = 1 });
        ThreadGroup.Run(4, group => TinyTraining.Run(folder.File("parts"), config, group: group));
        AssertClose("whole", "parts");
    }

    [Fact]
    public void A_request_to_stop_on_one_rank_stops_all_after_the_same_iteration()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Equal([8, 8], ThreadGroup.Run(2, group => TinyTraining.Run(folder.File("run"), Config, stop: group.Rank == 1 ? stop.Token : default, group: group)));
    }

    [Theory]
    [InlineData(3, 8, null, "8 on 3 ranks")]
    [InlineData(4, 24, null, "6 images at once")]
    [InlineData(2, 8, 3, "micro-batches of 3 of the 4")]
    public void Batches_that_cannot_be_divided_are_refused(int ranks, int batch, int? microBatch, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => ThreadGroup.Run(ranks, group => BatchSlice.Of(group, batch, microBatch))).Message);

    [Fact]
    public void Slices_of_ranks_and_micro_batches_are_the_groups_of_minibatch_statistics()
    {
        // Of 16 samples, groups of 4 are n, n + 4, n + 8, n + 12.
        IReadOnlyList<BatchSlice>[] all = ThreadGroup.Run(2, group => BatchSlice.Of(group, 16, 4));
        Assert.Equal([0, 2, 1, 3], all.SelectMany(slices => slices.Select(s => s.Index)));
        Assert.All(all.SelectMany(slices => slices), s => Assert.Equal((4, 16), (s.Count, s.Batch)));
        Assert.Equal([2, 2, 1, 1], all.SelectMany(slices => slices.Select(s => s.SamplesOf(6))).OrderDescending());
    }

    [Fact]
    public void A_samples_random_numbers_do_not_depend_on_its_slice()
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleRandom whole = new(3, 40, 1, new BatchSlice(0, 1, 8)), odd = new(3, 40, 1, new BatchSlice(1, 2, 8)), otherPhase = new(3, 40, 2, new BatchSlice(0, 1, 8));
        Tensor all = whole.Normal(8, 5), some = odd.Normal(3, 5);
        for (int i = 0; i < 3; i++) Assert.True(all[2 * i + 1].Equals(some[i]));
        Assert.False(all.Equals(otherPhase.Normal(8, 5)));
        Assert.Equal(8, all.select(1, 0).data<float>().ToArray().Distinct().Count());
        Assert.Equal(whole.Shared(), odd.Shared());
        whole.Restart();
        Assert.True(all.Equals(whole.Normal(8, 5)));
    }

    // Within 1e-5, but for the few weights whose gradient is nearly zero: Adam without momentum makes a full step of what is left of it after rounding.
    private void AssertClose(string expected, string actual)
    {
        using TensorFile a = Last(expected), b = Last(actual);
        Assert.Equal(a.Metadata["images_seen"], b.Metadata["images_seen"]);
        Assert.Equal(a.Tensors.Keys, b.Tensors.Keys);
        long far = 0, all = 0;
        double largest = 0;
        foreach ((string name, Tensor value) in a.Tensors.Where(t => !t.Key.Contains("_adam.")))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor difference = (value - b.Tensors[name]).abs();
            (far, all, largest) = (far + difference.gt(1e-5).sum().item<long>(), all + value.numel(), Math.Max(largest, difference.max().item<float>()));
        }
        Assert.True(far <= 0.01 * all && largest < 2 * Config.LearningRate, $"{far} of {all} weights differ by more than 1e-5, at most by {largest:g3}");
    }

    private TensorFile Last(string run) => Safetensors.Read(RunFolder.CheckpointsIn(folder.File(run))[0]);
}
