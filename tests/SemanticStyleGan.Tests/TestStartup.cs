using System.Runtime.CompilerServices;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Tests;

/// <summary>Touches the library before any test does, so that a test may begin with a tensor.</summary>
internal static class TestStartup
{
    [ModuleInitializer]
    internal static void Run() => RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
}
