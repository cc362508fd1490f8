using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Runtime;

public sealed class ScalarsTests
{
    [Fact]
    public void Numbers_keep_their_kind()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(ScalarType.Int64, (tensor(3L) * Scalars.Constant(2)).dtype);
        Assert.Equal(ScalarType.Int64, (tensor(3L) * Scalars.Constant(2L)).dtype);
        Assert.Equal(ScalarType.Float32, (tensor(3L) * Scalars.Constant(2.0)).dtype);
        Assert.Equal(ScalarType.Float32, (tensor(3L) * Scalars.Constant(2f)).dtype);
        Assert.Equal(7.5, (tensor(3.0) * Scalars.Constant(2.5)).item<double>());
        Assert.Equal(5, tensor(2L).Plus(tensor(3L)).item<long>());
    }

    [Fact]
    public void A_number_in_a_call_outlives_a_collection()
    {
        WeakReference Make() => new(Scalars.Constant(0.25));
        WeakReference made = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(made.IsAlive);
    }
}
