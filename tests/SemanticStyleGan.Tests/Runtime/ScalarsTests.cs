using Mono.Cecil;
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
    public void Numbers_add_and_subtract_as_the_operators_of_TorchSharp_do()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(3.0);
        Assert.Equal(5.5, (x + Scalars.Constant(2.5)).item<double>());
        Assert.Equal(5.5, (Scalars.Constant(2.5) + x).item<double>());
        Assert.Equal(0.5, (x - Scalars.Constant(2.5)).item<double>());
        Assert.Equal(-0.5, (Scalars.Constant(2.5) - x).item<double>());
    }

    /// <summary>
    /// Reads the compiled library: no method of it calls one of TorchSharp that makes a number which nothing keeps, at
    /// whatever depth. What <c>BannedSymbols.txt</c> forgets fails here.
    /// </summary>
    [Fact]
    public void The_library_makes_no_number_that_a_collection_could_take()
    {
        using AssemblyDefinition torchSharp = AssemblyDefinition.ReadAssembly(typeof(Scalar).Assembly.Location);
        HashSet<string> makers = [];
        List<MethodDefinition> rest = [.. Methods(torchSharp).Where(m => m.DeclaringType.Name is not (nameof(Scalar) or "ScalarExtensionMethods"))];
        while (rest.RemoveAll(m => Calls(m).Any(c => MakesNumber(c) || makers.Contains(c.FullName)) && makers.Add(m.FullName)) > 0) { }
        Assert.Contains(makers, m => m.Contains("Tensor::op_Addition(", StringComparison.Ordinal));
        Assert.DoesNotContain(makers, m => m.Contains("Tensor::op_Multiply(TorchSharp.torch/Tensor,TorchSharp.Scalar)", StringComparison.Ordinal));

        using AssemblyDefinition library = AssemblyDefinition.ReadAssembly(typeof(Scalars).Assembly.Location);
        string[] found = [.. from method in Methods(library)
                             where method.DeclaringType.FullName != typeof(Scalars).FullName
                             from call in Calls(method)
                             where MakesNumber(call) || makers.Contains(call.FullName)
                             where call.DeclaringType.Name != "ScriptModule" // makes them of arguments that are numbers; ours are tensors and truth values
                             select $"{method.DeclaringType.Name}.{method.Name}: {call.FullName}"];
        Assert.Empty(found);

        static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
            assembly.MainModule.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody);
        static IEnumerable<MethodReference> Calls(MethodDefinition method) =>
            method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().Select(m => m.GetElementMethod());
        static bool MakesNumber(MethodReference m) =>
            (m.Name == "op_Implicit" && m.DeclaringType.Name == nameof(Scalar)) || m.Name == nameof(ScalarExtensionMethods.ToScalar);
    }

    [Fact]
    public void A_number_in_a_call_outlives_a_collection()
    {
        WeakReference Make() => new((Scalar)Scalars.Constant(0.25));
        WeakReference made = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(made.IsAlive);
    }
}
