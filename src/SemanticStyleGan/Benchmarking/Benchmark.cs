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
    /// <exception cref="InputException">The two sides' results differ by more than rounding.</exception>
    public IReadOnlyList<BenchmarkResult> Run(BenchmarkCase work, int repeats, CancellationToken stop = default)
    {
        TensorAllocator[] allocators = work.AlsoAsStarted ? [TensorAllocator.Caching, TensorAllocator.Libtorch] : [TensorAllocator.Caching];
        List<IBenchmarkSide> sides = [];
        try
        {
            sides.Add(start(work, false, TensorAllocator.Caching));
            sides.AddRange(allocators.Select(a => start(work, true, a)));
            BenchmarkTime[][] times = Measure(sides, repeats, stop);
            double[] peaks = [.. sides.Select(s => s.PeakMegabytes())];
            double[] differences = Compare(sides, work);
            return [.. allocators.Select((allocator, i) => Result(work, times[0], times[i + 1]) with
            {
                OursPeakMegabytes = Rounded(peaks[0]),
                ReferencePeakMegabytes = Rounded(peaks[i + 1]),
                Allocator = allocator,
                Difference = differences[i],
            })];
        }
        finally
        {
            foreach (IBenchmarkSide side in sides) side.Dispose();
        }
    }

    private BenchmarkResult Result(BenchmarkCase work, BenchmarkTime[] ours, BenchmarkTime[] reference)
    {
        double clock = Median(ours, t => t.Milliseconds);
        return new BenchmarkResult
        {
            Case = work.Name,
            OursMilliseconds = Rounded(clock),
            ReferenceMilliseconds = Rounded(Median(reference, t => t.Milliseconds)),
            Ratio = Rounded(Median(reference.Zip(ours), t => t.First.Milliseconds / t.Second.Milliseconds)),
            OursProcessorMilliseconds = Rounded(Median(ours, t => t.ProcessorMilliseconds)),
            ReferenceProcessorMilliseconds = Rounded(Median(reference, t => t.ProcessorMilliseconds)),
            ProcessorRatio = Rounded(Median(reference.Zip(ours), t => t.First.ProcessorMilliseconds / t.Second.ProcessorMilliseconds)),
            OursImagesPerSecond = Rounded(work.Batch * 1000 / clock),
            OursMatrixShare = OperationCount.Of(work) / (clock / 1000) / matrixRate is { } share ? Rounded(share) : null,
            Repeats = ours.Length,
        };
    }

    // Turn by turn: what else the machine does meets all sides alike.
    private static BenchmarkTime[][] Measure(List<IBenchmarkSide> sides, int repeats, CancellationToken stop)
    {
        BenchmarkTime[][] times = [.. sides.Select(_ => new BenchmarkTime[repeats])];
        for (int i = 0; i < repeats; i++)
            for (int side = 0; side < sides.Count; side++)
            {
                stop.ThrowIfCancellationRequested();
                times[side][i] = sides[side].Run();
            }
        return times;
    }

    private static double[] Compare(List<IBenchmarkSide> sides, BenchmarkCase work)
    {
        string file = Path.Combine(Path.GetTempPath(), $"semantic-stylegan-benchmark-{Guid.NewGuid():N}.safetensors");
        try
        {
            sides[0].SaveOutputs(file);
            using TensorFile ours = Safetensors.Read(file);
            return [.. sides.Skip(1).Select(side =>
            {
                side.SaveOutputs(file);
                using TensorFile theirs = Safetensors.Read(file);
                return Difference(ours, theirs, work);
            })];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Difference(TensorFile ours, TensorFile theirs, BenchmarkCase work)
    {
        using DisposeScope scope = NewDisposeScope();
        double worst = 0;
        foreach ((string name, Tensor tensor) in ours.Tensors)
        {
            double difference = (tensor - theirs.Tensors[name]).abs().max().item<float>();
            // Not the other way round: a NaN is no agreement.
            if (!(difference <= work.Tolerance)) throw new InputException($"{work.Name}: '{name}' differs by {difference:G3} from the reference's, expected at most {work.Tolerance}.");
            worst = Math.Max(worst, difference);
        }
        return worst;
    }

    private static double Median<T>(IEnumerable<T> values, Func<T, double> number)
    {
        double[] sorted = [.. values.Select(number).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Rounded(double value) => value == 0 ? 0 : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
