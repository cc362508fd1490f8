using System.Diagnostics;
using SemanticStyleGan.Benchmarking;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Tests.Training;
using SemanticStyleGan.Training;
using TorchSharp;

namespace SemanticStyleGan.Tests.Benchmarking;

/// <summary>The benchmark measures both sides of every kind of case, and does not pass over wrong results.</summary>
public sealed class BenchmarkTests
{
    public static TheoryData<BenchmarkKind> Kinds => [.. Enum.GetValues<BenchmarkKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public void Both_sides_of_a_case_give_the_same_and_are_timed(BenchmarkKind kind)
    {
        if (kind == BenchmarkKind.FirstPicture) Assert.SkipUnless(ModelSource.Bundled.Count > 0, "no bundled model beside the tests");
        BenchmarkCase work = new(kind, "tiny64", 4);
        Benchmark benchmark = new((_, reference, _) => BenchmarkWorker.Create(kind, TinyTraining.Config, reference), 1e9);
        IReadOnlyList<BenchmarkResult> results = benchmark.Run(work, 2);
        Assert.Equal(kind == BenchmarkKind.Synthesis ? [TensorAllocator.Caching, TensorAllocator.Libtorch] : [TensorAllocator.Caching], results.Select(r => r.Allocator));
        Assert.All(results, r =>
        {
            Assert.Equal(work.Name, r.Case);
            Assert.InRange(r.OursMilliseconds!.Value, 1e-3, 600_000);
            Assert.InRange(r.ReferenceMilliseconds!.Value, 1e-3, 600_000);
            Assert.InRange(r.OursProcessorMilliseconds!.Value, 1e-3, 120_000);
            Assert.InRange(r.ProcessorRatio!.Value, 1e-3, 1e3);
            Assert.InRange(r.Difference, 1e-12, 1e-3); // exactly the same numbers would mean that one side ran twice
            Assert.InRange(r.OursPeakMegabytes, 10, 100_000);
        });
    }

    [Fact]
    public void Other_results_than_the_references_are_refused()
    {
        BenchmarkCase work = new(BenchmarkKind.Synthesis, "tiny64", 4);
        GeneratorConfig other = TinyTraining.Config.Generator with { TransparentParts = [3] };
        Benchmark benchmark = new((_, reference, _) => BenchmarkWorker.Create(work.Kind, reference ? TinyTraining.Config.WithGenerator(other) : TinyTraining.Config, reference), 1e9);
        Assert.Contains("differs by", Assert.Throws<InputException>(() => benchmark.Run(work, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 1e-5, 1e-5, 0.011 }, true)]  // a kink
    [InlineData(new[] { 1e-5, 1e-5, 0.03 }, false)]  // a wrong gradient
    [InlineData(new[] { 1e-5, 2e-3, 2e-3 }, false)]  // rounding that is too large
    public void One_gradient_may_be_farther_apart_than_half_of_them(double[] differences, bool equal)
    {
        BenchmarkCase work = new(BenchmarkKind.Discriminator, "tiny64", 4);
        Benchmark benchmark = new((_, reference, _) => new KnownGradients(reference ? new double[differences.Length] : differences), 1e9);
        if (equal) Assert.Equal(differences.Max(), benchmark.Run(work, 1)[0].Difference, 1e-6);
        else Assert.Contains("differs by", Assert.Throws<InputException>(() => benchmark.Run(work, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_that_runs_out_of_memory_is_a_result_that_says_so()
    {
        BenchmarkCase work = new(BenchmarkKind.Synthesis, "tiny64", 4);
        Benchmark benchmark = new((_, reference, _) => reference
            ? new ChildSide(new ProcessStartInfo("/bin/sh", ["-c", "kill -9 $$"]), "reference", TensorAllocator.Caching)
            : BenchmarkWorker.Create(work.Kind, TinyTraining.Config, reference: false), 1e9);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are Linux's");
        BenchmarkResult result = benchmark.Run(work, 2)[0];
        Assert.Equal("reference: out of memory", result.Failure);
        Assert.True(result.OursMilliseconds > 0 && result.OursPeakMegabytes > 10);
        Assert.Null(result.ReferenceMilliseconds);
        Assert.Null(result.Ratio);
    }

    [Fact]
    public void A_case_is_found_by_its_name()
    {
        foreach (BenchmarkCase work in BenchmarkCase.Standard) Assert.Equal(work, BenchmarkCase.Parse(work.Name));
        Assert.True(OperationCount.Of(BenchmarkCase.Parse("synthesis-tiny64:26-1")) > 1.2 * OperationCount.Of(BenchmarkCase.Parse("synthesis-tiny64-1")));
        foreach (string name in (string[])["", "synthesis", "synthesis-tiny64", "synthesis-tiny64-0", "synthesis-tiny64-6", "painting-tiny64-1", "synthesis-other-1", "synthesis-tiny64:1-1", "synthesis-tiny64:x-1"])
            Assert.Contains($"'{name}'", Assert.Throws<InputException>(() => BenchmarkCase.Parse(name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_is_served_line_by_line()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "out.safetensors");
        using StringWriter output = new();
        using StringReader input = new($"run\npeak\nsave {file}\n");
        BenchmarkProtocol.Serve(() => BenchmarkWorker.Create(BenchmarkKind.Synthesis, TinyTraining.Config, reference: false), input, output);
        Assert.Matches(@"^[0-9.]+\n[0-9.]+ [0-9.]+\n[0-9.]+\nsaved\n$", output.ToString());
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Operations_are_counted_by_the_plain_formulas()
    {
        Assert.InRange(OperationCount.Synthesis(TrainingConfig.CelebAMask256.Generator), 90e9, 130e9);
        GeneratorConfig one = new() { ImageSize = 16, Parts = 2, LocalLayers = 1, DepthLayers = 1, BaseLayers = 0, LocalChannels = 2, CoarseChannels = 4, CoarseSize = 8, MinFeatureSize = 4, MaxChannels = 1, TransparentParts = [] };
        // Local: 64 pixels · 2 parts · 2 channels · (2 + 4 + 1); render: 4→8 and, with the features joined to one channel, 8→16.
        double local = 64 * 2 * 2 * (2 + 4 + 1), first = 9 * 4 * 1 * 16 + 9 * 64 + 5 * 64, second = 9 * 5 * 1 * 64 + 9 * 256 + 5 * 256;
        Assert.Equal(2 * (local + first + second), OperationCount.Synthesis(one));
    }

    [Fact]
    public void The_matrix_rate_is_that_of_a_computer() => Assert.InRange(MatrixRate.Measure(256, 3), 1e8, 1e15);

    private sealed class KnownGradients(double[] values) : IBenchmarkSide
    {
        public BenchmarkTime Run() => new(1, 1);

        public double PeakMegabytes() => 1;

        public void SaveOutputs(string file) =>
            Safetensors.Write(file, values.Select((value, i) => KeyValuePair.Create($"{BenchmarkCase.Gradient}{i}", torch.tensor((float)value).view(1))), new Dictionary<string, string>());

        public void Dispose()
        {
        }
    }
}
