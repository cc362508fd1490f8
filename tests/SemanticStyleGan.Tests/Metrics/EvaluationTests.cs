using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Metrics;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Perception;
using SemanticStyleGan.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Metrics;

public sealed class EvaluationTests : IDisposable
{
    private static readonly EvaluationOptions Small = new() { Count = 20, Edits = 3, Compositions = 2, PathLines = 2 };
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();
    private readonly SemanticModel model = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(4, CPU)), SemanticLayout.Faces);
    private readonly Parser parser = new(new ParserNetwork(new ParserConfig { Width = 8, Halvings = 2, MaxChannels = 16 }, new Initializer(1, CPU)), SemanticLayout.Faces);
    private readonly SyntheticFaces data = new(16, 50, 3);

    public void Dispose()
    {
        parser.Dispose();
        model.Dispose();
        folder.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Everything_that_is_asked_for_is_a_row_with_its_target_and_is_written()
    {
        string file = TorchScriptArchive.Write(folder.File("pair.pt"), "x: Tensor", "Tuple[Tensor, Tensor]", ["f = torch.mean(x, [2, 3])", "return (f, f)"]);
        using TorchScriptFeatures inception = new(file, MeasureConvention.SemanticStyleGan, CPU), identity = new(file, null, CPU);
        EvaluationNetworks networks = new() { Parser = parser, Features = [new ParserFeatures(parser), inception], Distance = new ParserDistance(parser), Identity = identity };
        Evaluation evaluation = new(new Synthesizer(model), data, networks, Small with { Convention = MeasureConvention.SemanticStyleGan });
        EvaluationReport report = evaluation.Run();
        evaluation.Run(); // again on the same: nothing is left from before
        Assert.Equal((20, 20), (report.Generated, report.Real));
        Assert.Empty(report.LeftOut);
        string[] targets = [.. report.Rows.Where(r => r.Target is not null && r.Part is null).Select(r => $"{r.Measure}: {r.Target}")];
        Assert.Contains("sliced Wasserstein distance, ratio to that of two real sets: ≤ 2.5", targets);
        Assert.Contains("class rates: largest factor between generated and real: ≤ 2", targets);
        Assert.Contains("mask agreement, mIoU over the classes present: ≥ 0.8", targets);
        Assert.Contains("edit locality, least of the parts above 1 % of pixels: ≥ 0.9", targets);
        Assert.Contains("precision (parser features): ≥ 0.6", targets);
        Assert.Contains("recall (pair.pt, SemanticStyleGAN convention): ≥ 0.6", targets);
        foreach (string measure in new[] { "Fréchet distance (parser features)", "FID (pair.pt, SemanticStyleGAN convention)", "inception score (pair.pt)", "perceptual path length in W (parser)", "perceptual diversity (parser)", "mask diversity, share of pixels that differ between two masks" })
            Assert.True(report.Find(measure)?.Value > 0, measure);
        Assert.Equal(13, report.Rows.Count(r => r.Measure == "masks with the class"));
        Assert.All(report.Rows.Where(r => r.Measure == "edit locality"), r => Assert.InRange(r.Value!.Value, 0, 1));
        Assert.Contains(report.Rows, r => r.Measure == "identity distance of an edit");
        Assert.Contains(report.Rows, r => r.Measure == "change inside a part that is switched off");

        report.Write(folder.File("out"), evaluation.Grids);
        EvaluationReport read = EvaluationReport.Read(folder.File("out"));
        Assert.Equal(report.Rows, read.Rows);
        string text = File.ReadAllText(folder.File("out/report.md"));
        foreach (string name in new[] { "class-rates.png", "agreement.png", "locality.png", "wasserstein.png", "generated.png", "real.png", "edits.png" })
        {
            Assert.Contains($"({name})", text, StringComparison.Ordinal);
            Assert.True(new FileInfo(folder.File($"out/{name}")).Length > 0);
        }
    }

    [Fact]
    public void The_values_are_those_of_the_measures_alone()
    {
        Synthesizer synthesizer = new(model);
        EvaluationReport report = new Evaluation(synthesizer, data, new() { Features = [new ParserFeatures(parser)] }, Small with { Measures = [Measure.Frechet, Measure.ClassRates] }).Run();
        List<Tensor> pictures = [];
        ClassRates rates = new(13);
        synthesizer.Synthesize(synthesizer.Codes(0, 20), (_, output) =>
        {
            pictures.Add(ImageTensors.FromPictures(ImageTensors.ToPictures(output.Image)).MoveToOuterDisposeScope());
            rates.Add(output.Mask.argmax(1));
        });
        Tensor[] real = [.. new[] { 0, 20 }.Select(from => parser.Embedding(cat([.. Enumerable.Range(from, 20).Select(i => ReadAt(new SampleOrder(50, 1).IndexAt(i)))])))];
        Tensor made = parser.Embedding(cat(pictures));
        EvaluationRow row = report.Find("Fréchet distance (parser features)")!;
        Assert.Equal(FrechetDistance.Between(made, real[0], MeasureConvention.StyleGan), row.Value!.Value, 1e-4);
        Assert.Equal(FrechetDistance.Between(real[1], real[0], MeasureConvention.StyleGan), row.Reference!.Value, 1e-4);
        for (int k = 0; k < 13; k++) Assert.Equal(rates.Of(k), report.Find("masks with the class", SemanticLayout.Faces.Classes[k].Name)!.Value);
        Assert.DoesNotContain(report.Rows, r => r.Measure.Contains("precision", StringComparison.Ordinal));
    }

    [Theory, InlineData(2), InlineData(4)]
    public void Ranks_share_the_pictures_and_report_what_one_does(int ranks)
    {
        // 40 pictures are three batches: of four ranks one has none.
        EvaluationOptions options = Small with { Count = 40, Edits = 20, Compositions = 17, PathLines = 20 };
        SyntheticFaces faces = new(16, 90, 3);
        string file = TorchScriptArchive.Write(folder.File("pair.pt"), "x: Tensor", "Tuple[Tensor, Tensor]", ["f = torch.mean(x, [2, 3])", "return (f, f)"]);
        long seen = 0;
        EvaluationReport Run(ProcessGroup group, string cache)
        {
            // What a process has of its own.
            using SemanticModel own = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(4, CPU)), SemanticLayout.Faces);
            using TorchScriptFeatures inception = new(file, MeasureConvention.SemanticStyleGan, CPU), identity = new(file, null, CPU);
            using Parser reader = new(new ParserNetwork(new ParserConfig { Width = 8, Halvings = 2, MaxChannels = 16 }, new Initializer(1, CPU)), SemanticLayout.Faces);
            CountingFeatures counting = new();
            EvaluationNetworks networks = new() { Parser = reader, Features = [new ParserFeatures(reader), inception, counting], Distance = new ParserDistance(reader), Identity = identity };
            Evaluation evaluation = new(new Synthesizer(own), faces, networks, options, (new StatisticsCache(folder.File(cache)), "data"), group);
            EvaluationReport report = evaluation.Run();
            Assert.Equal(group.IsFirst ? 3 : 0, evaluation.Grids.Count);
            Interlocked.Add(ref seen, counting.Seen);
            return report;
        }
        // With a rank's number of threads, which decides how sums are rounded.
        EvaluationReport alone = ThreadGroup.Run(ranks, group => group.IsFirst ? Run(ProcessGroup.Alone, "alone") : null)[0]!;
        Assert.Equal(120, seen);
        Assert.Contains(alone.Rows, r => r.Measure == "identity distance of an edit" && r.Value > 0);
        foreach (int pictures in new[] { 120, 40 }) // then rank 0 knows the real ones' features, and nobody else looks at them
        {
            seen = 0;
            EvaluationReport[] reports = ThreadGroup.Run(ranks, group => Run(group, group.IsFirst ? "shared" : "none"));
            Assert.Equal(pictures, seen);
            foreach (EvaluationReport report in reports)
            {
                Assert.Equal((alone.Generated, alone.Real, alone.Rows.Count), (report.Generated, report.Real, report.Rows.Count));
                foreach ((EvaluationRow expected, EvaluationRow actual) in alone.Rows.Zip(report.Rows))
                {
                    Assert.Equal((expected.Measure, expected.Part, expected.Target), (actual.Measure, actual.Part, actual.Target));
                    AssertNear(expected.Value, actual.Value, expected.Measure);
                    AssertNear(expected.Reference, actual.Reference, expected.Measure);
                }
            }
        }

        static void AssertNear(double? expected, double? actual, string measure) =>
            Assert.True(expected == actual || Math.Abs(expected!.Value - actual!.Value) <= 1e-9 * Math.Max(1, Math.Abs(expected.Value)), $"{measure}: {expected}, {actual}");
    }

    [Fact]
    public void Kept_features_give_the_same_values_and_are_not_computed_again()
    {
        StatisticsCache cache = new(folder.File("cache"));
        CountingFeatures features = new();
        EvaluationReport Run(string fingerprint) => new Evaluation(new Synthesizer(model), data, new() { Features = [features] }, Small with { Measures = [Measure.Frechet] }, (cache, fingerprint)).Run();
        double first = Run("data").Rows[0].Value!.Value;
        Assert.Equal(60, features.Seen);
        Assert.Equal(first, Run("data").Rows[0].Value!.Value);
        Assert.Equal(80, features.Seen);
        Run("other data");
        Assert.Equal(140, features.Seen);
    }

    [Fact]
    public void What_is_missing_is_said_and_what_cannot_be_measured_is_refused()
    {
        EvaluationReport report = new Evaluation(new Synthesizer(model), data, new(), Small with { Measures = [Measure.SlicedWasserstein, Measure.Agreement], Count = 30 }).Run();
        Assert.Contains(report.LeftOut, reason => reason.Contains("Agreement: needs a parser", StringComparison.Ordinal));
        Assert.Contains(report.LeftOut, reason => reason.Contains("25 pictures, not 30", StringComparison.Ordinal));
        Assert.Equal((30, 25), (report.Generated, report.Real));
        Assert.Contains("nothing can be measured", Refusal(data, Small with { Measures = [Measure.Frechet] }), StringComparison.Ordinal);
        Assert.Contains("expected the same size", Refusal(new SyntheticFaces(32, 50, 3), Small), StringComparison.Ordinal);
        Assert.Contains("at least 10", Refusal(data, Small with { Count = 3 }), StringComparison.Ordinal);

        string Refusal(ISampleSource source, EvaluationOptions options) => Assert.Throws<InputException>(() => new Evaluation(new Synthesizer(model), source, new(), options).Run()).Message;
    }

    [Fact]
    public void All_real_pictures_as_one_set_leave_no_second_one()
    {
        EvaluationReport report = new Evaluation(new Synthesizer(model), data, new(), Small with { Measures = [Measure.SlicedWasserstein], AllReal = true }).Run();
        Assert.Equal(50, report.Real);
        Assert.All(report.Rows, r => Assert.Null(r.Reference));
        Assert.DoesNotContain(report.Rows, r => r.Target is not null);
    }

    [Fact]
    public void Reports_of_several_times_give_a_curve()
    {
        EvaluationReport early = new Evaluation(new Synthesizer(model), data, new(), Small with { Measures = [Measure.SlicedWasserstein, Measure.ClassRates] }).Run() with { ImagesSeen = 1000 };
        early.Write(folder.File("early"), new Dictionary<string, RgbImage>());
        Assert.False(File.Exists(folder.File("early/curve.png")));
        (early with { ImagesSeen = 2000 }).Write(folder.File("late"), new Dictionary<string, RgbImage>(), [EvaluationReport.Read(folder.File("early"))]);
        Assert.True(new FileInfo(folder.File("late/curve.png")).Length > 0);
        Assert.Contains("(curve.png)", File.ReadAllText(folder.File("late/report.md")), StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<InputException>(() => EvaluationReport.Read(folder.File("nowhere/x"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_are_met_by_what_is_good_enough_and_survive_their_text()
    {
        Target most = new(2.5, AtMost: true), least = new(0.6, AtMost: false);
        Assert.True(most.IsMetBy(2.5) && !most.IsMetBy(2.6) && !most.IsMetBy(null) && !most.IsMetBy(double.NaN) && !most.IsMetBy(double.PositiveInfinity));
        Assert.True(least.IsMetBy(0.6) && !least.IsMetBy(0.59) && !least.IsMetBy(null) && !least.IsMetBy(double.NaN));
        Assert.Equal(most, Target.Parse(most.ToString()));
        Assert.Equal(least, Target.Parse(least.ToString()));
    }

    [Fact]
    public void It_stops_when_told()
    {
        using CancellationTokenSource stop = new();
        Evaluation evaluation = new(new Synthesizer(model), data, new(), Small with { Measures = [Measure.Locality] });
        Assert.ThrowsAny<OperationCanceledException>(() => evaluation.Run(new StopAt("generating", stop), stop.Token));
    }

    private Tensor ReadAt(int index)
    {
        RgbImage picture = new(16, 16);
        data.Read(index, picture.Pixels, new byte[256]);
        return ImageTensors.FromPictures([picture]);
    }

    private sealed class StopAt(string stage, CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Stage == stage) stop.Cancel();
        }
    }

    private sealed class CountingFeatures : IFeatures
    {
        public long Seen { get; private set; }

        public string Name => "counting";

        public string Fingerprint => "counting";

        public Tensor Embed(Tensor pictures)
        {
            Seen += pictures.shape[0];
            return pictures.mean([2, 3]);
        }

        public Tensor? Classify(Tensor pictures) => null;

        public void Dispose() { }
    }
}
