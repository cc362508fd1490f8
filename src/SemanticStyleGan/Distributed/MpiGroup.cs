using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Distributed;

/// <summary>
/// The ranks of an MPI job. Sums are taken in place on the tensors' own memory. Calls are MPI's non-blocking ones, so that a rank that has died or
/// hangs is noticed within a time limit: those that wait tell rank 0, and who has not is named.
/// </summary>
public sealed unsafe partial class MpiGroup : ProcessGroup
{
    private const int NameLength = 96, AbsenceTag = 4711, MostAtOnce = 1 << 30;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private readonly MpiLibrary mpi;
    private readonly TimeSpan timeout;
    private readonly bool takesCudaMemory;
    private readonly string[] names;
    private readonly long* absence = (long*)NativeMemory.AllocZeroed(2, sizeof(long));
    private long calls;

    /// <summary>Joins the job that a launcher started.</summary>
    /// <param name="implementation">Whose library.</param>
    /// <param name="launched">How many ranks the launcher started.</param>
    /// <param name="timeout">How long a rank may be waited for.</param>
    /// <exception cref="InputException">The library is missing, or does not belong to the launcher.</exception>
    public MpiGroup(MpiImplementation implementation, int launched, TimeSpan timeout)
    {
        mpi = MpiLibrary.Load(implementation);
        this.timeout = timeout;
        mpi.Initialize();
        (Rank, Size) = (mpi.Rank(), mpi.Size());
        if (Size == 1 && launched > 1)
            throw new InputException($"the launcher started {launched} ranks, but {mpi.Abi.Name} sees this one alone; choose the launcher's MPI with --mpi.");
        takesCudaMemory = mpi.TakesCudaMemory();
        names = [.. Enumerable.Repeat("", Size)];
        names = ExchangeNames($"{Environment.MachineName}, process {Environment.ProcessId}");
    }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <inheritdoc/>
    public override TimeSpan Waited => waited.Elapsed;

    /// <inheritdoc/>
    public override TimeSpan Transferred => transferred.Elapsed;

    private readonly Stopwatch waited = new(), transferred = new();

    /// <summary>The implementation.</summary>
    public string Implementation => mpi.Abi.Name;

    /// <summary>Host and process of every rank.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>How many ranks are on this rank's host.</summary>
    public int RanksOnHost => names.Count(n => n.Split(',')[0] == names[Rank].Split(',')[0]);

    /// <inheritdoc/>
    public override void Sum(Tensor values)
    {
        nint type = mpi.Abi.TypeOf(values.dtype);
        InPlace(values, (address, from, count) => mpi.StartAllReduce(address + (nint)(from * values.element_size()), count, type));
    }

    /// <inheritdoc/>
    public override void Broadcast(Tensor values) =>
        InPlace(values, (address, from, count) => mpi.StartBroadcast(address + (nint)(from * values.element_size()), checked((int)(count * values.element_size()))), MostAtOnce / 8);

    /// <summary>Ends all ranks at once with an exit code.</summary>
    public void Abort(int exitCode) => mpi.Abort(exitCode);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) mpi.Complete();
        base.Dispose(disposing);
    }

    private void InPlace(Tensor values, Func<nint, long, int, nint> start, int most = MostAtOnce)
    {
        if (values.device_type != DeviceType.CPU && !takesCudaMemory || !values.is_contiguous())
        {
            using Tensor copy = values.cpu().contiguous();
            InPlace(copy, start, most);
            using IDisposable _ = no_grad();
            values.copy_(copy);
            return;
        }
        if (values.device_type == DeviceType.CUDA) cuda.synchronize(values.device);
        // Waiting for others and moving numbers are told apart, in the log and in how the cores are used meanwhile.
        waited.Start();
        Finish(mpi.StartBarrier(), TimeSpan.FromMilliseconds(20));
        waited.Stop();
        transferred.Start();
        for (long from = 0, count = values.numel(); from < count; from += most)
            Finish(start(Data(values.Handle), from, (int)Math.Min(most, count - from)), TimeSpan.FromSeconds(2));
        transferred.Stop();
        GC.KeepAlive(values);
    }

    // Waits until a request is done, which needs all ranks; after the time limit finds out who is missing.
    private void Finish(nint request, TimeSpan busy)
    {
        calls++;
        long start = Stopwatch.GetTimestamp();
        bool posted = false;
        HashSet<long> present = [Rank];
        while (!mpi.Test(ref request))
        {
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            if (time < busy) Thread.Yield();
            else Thread.Sleep(1);
            if (time < timeout) continue;
            if (Rank == 0)
            {
                // A rank may be done with this request and wait in the next.
                while (mpi.Receive(AbsenceTag) is { } message)
                    if (message.Second >= calls) present.Add(message.First);
                if (time > timeout + Grace) throw Absent(Enumerable.Range(0, Size).Where(r => !present.Contains(r)), time);
            }
            else if (!posted)
            {
                (absence[0], absence[1], posted) = (Rank, calls, true);
                mpi.Post(absence, 0, AbsenceTag);
            }
            else if (time > timeout + 2 * Grace) throw Absent([0], time);
        }
    }

    private ProcessGroupException Absent(IEnumerable<int> ranks, TimeSpan time)
    {
        string who = string.Join(", ", ranks.Take(8).Select(r => $"rank {r} ({names[r]})"));
        return new ProcessGroupException($"no sign of {who} for {time.TotalSeconds:0} s: it has died or hangs; the job ends, the last checkpoint is intact.");
    }

    private string[] ExchangeNames(string own)
    {
        byte[] name = Encoding.UTF8.GetBytes(own);
        double[] all = new double[Size * NameLength];
        for (int i = 0; i < Math.Min(name.Length, NameLength); i++) all[Rank * NameLength + i] = name[i];
        using Tensor values = tensor(all);
        Sum(values);
        return [.. values.data<double>().ToArray().Chunk(NameLength).Select(c => Encoding.UTF8.GetString([.. c.TakeWhile(b => b != 0).Select(b => (byte)b)]))];
    }

    // The address of a tensor's first element, in its device's memory.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
