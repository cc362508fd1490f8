using SemanticStyleGan.Formats;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>Measures cases: our networks against the reference operation sequence, turn by turn, on the same weights and inputs.</summary>
/// <param name="start">Makes a side: of a case, whether it is the reference, with an allocator.</param>
/// <param name="matrixRate">See <see cref="MatrixRate"/>.</param>
public sealed class Benchmark(Func<BenchmarkCase, bool, TensorAllocator, IBenchmarkSide> start, double matrixRate)
{
    /// <summary>Measures a case: one result for each setting of the reference.</summary>
    /// <param name="work">The case.</param>
    /// <param name="repeats">How often each side is measured.</param>
    /// <param name="stop">Cancels between repetitions.</param>
    /// <exception cref="InputException">The two sides' results differ by more than rounding. A side that ends is no error but a result that says so.</exception>
    public IReadOnlyList<BenchmarkResult> Run(BenchmarkCase work, int repeats, CancellationToken stop = default)
    {
        List<BenchmarkResult> results = [];
        foreach (TensorAllocator allocator in work.AlsoAsStarted ? (TensorAllocator[])[TensorAllocator.Caching, TensorAllocator.Libtorch] : [TensorAllocator.Caching])
            results.Add(Run(work, allocator, repeats, stop));
        return results;
    }

    // Two processes at a time, so that a large case has half of the memory to itself.
    private BenchmarkResult Run(BenchmarkCase work, TensorAllocator allocator, int repeats, CancellationToken stop)
    {
        try
        {
            using IBenchmarkSide ours = start(work, false, TensorAllocator.Caching);
            try
            {
                using IBenchmarkSide reference = start(work, true, allocator);
                BenchmarkTime[][] times = Measure([ours, reference], repeats, stop);
                return Result(work, times[0], times[1], allocator) with
                {
                    OursPeakMegabytes = Rounded(ours.PeakMegabytes()),
                    ReferencePeakMegabytes = Rounded(reference.PeakMegabytes()),
                    Difference = Compare(ours, reference, work),
                };
            }
            catch (BenchmarkSideException e)
            {
                return Result(work, Measure([ours], repeats, stop)[0], [], allocator) with { OursPeakMegabytes = Rounded(ours.PeakMegabytes()), Failure = e.Message };
            }
        }
        catch (BenchmarkSideException e)
        {
            return Result(work, [], [], allocator) with { Failure = e.Message };
        }
    }

    private BenchmarkResult Result(BenchmarkCase work, BenchmarkTime[] ours, BenchmarkTime[] reference, TensorAllocator allocator)
    {
        double? clock = Median(ours, t => t.Milliseconds);
        return new BenchmarkResult
        {
            Case = work.Name,
            Allocator = allocator,
            OursMilliseconds = clock,
            ReferenceMilliseconds = Median(reference, t => t.Milliseconds),
            Ratio = Median(reference.Zip(ours), t => t.First.Milliseconds / t.Second.Milliseconds),
            OursProcessorMilliseconds = Median(ours, t => t.ProcessorMilliseconds),
            ReferenceProcessorMilliseconds = Median(reference, t => t.ProcessorMilliseconds),
            ProcessorRatio = Median(reference.Zip(ours), t => t.First.ProcessorMilliseconds / t.Second.ProcessorMilliseconds),
            OursImagesPerSecond = clock is { } ms ? Rounded(work.Batch * 1000 / ms) : null,
            OursMatrixShare = OperationCount.Of(work) / (clock / 1000) / matrixRate is { } share ? Rounded(share) : null,
            Repeats = ours.Length,
        };
    }

    // Turn by turn: what else the machine does meets all sides alike.
    private static BenchmarkTime[][] Measure(IBenchmarkSide[] sides, int repeats, CancellationToken stop)
    {
        BenchmarkTime[][] times = [.. sides.Select(_ => new BenchmarkTime[repeats])];
        for (int i = 0; i < repeats; i++)
            for (int side = 0; side < sides.Length; side++)
            {
                stop.ThrowIfCancellationRequested();
                times[side][i] = sides[side].Run();
            }
        return times;
    }

    private static double Compare(IBenchmarkSide ours, IBenchmarkSide reference, BenchmarkCase work)
    {
        string file = Path.Combine(Path.GetTempPath(), $"semantic-stylegan-benchmark-{Guid.NewGuid():N}.safetensors");
        try
        {
            ours.SaveOutputs(file);
            using TensorFile own = Safetensors.Read(file);
            reference.SaveOutputs(file);
            using TensorFile theirs = Safetensors.Read(file);
            return Difference(own, theirs, work);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Difference(TensorFile ours, TensorFile theirs, BenchmarkCase work)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, double> differences = ours.Tensors.ToDictionary(t => t.Key, t => (double)(t.Value - theirs.Tensors[t.Key]).abs().max().item<float>());
        foreach ((string name, double difference) in differences)
            Require(difference, IsGradient(name) ? BenchmarkCase.KinkTolerance : work.Tolerance, $"'{name}'");
        double[] gradients = [.. differences.Where(d => IsGradient(d.Key)).Select(d => d.Value).Order()];
        if (gradients.Length > 0) Require(gradients[gradients.Length / 2], work.Tolerance, "the gradient in the middle");
        return differences.Values.Max();

        bool IsGradient(string name) => name.StartsWith(BenchmarkCase.Gradient, StringComparison.Ordinal);

        // Not the other way round: a NaN is no agreement.
        void Require(double difference, double tolerance, string what)
        {
            if (!(difference <= tolerance)) throw new InputException($"{work.Name}: {what} differs by {difference:G3} from the reference's, expected at most {tolerance}.");
        }
    }

    private static double? Median<T>(IEnumerable<T> values, Func<T, double> number)
    {
        double[] sorted = [.. values.Select(number).Order()];
        return sorted.Length == 0 ? null : Rounded((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2);
    }

    private static double Rounded(double value) => value == 0 ? 0 : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
