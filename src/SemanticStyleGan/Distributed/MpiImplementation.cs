namespace SemanticStyleGan.Distributed;

/// <summary>The implementations of MPI whose binary interface is known.</summary>
public enum MpiImplementation
{
    /// <summary>Open MPI.</summary>
    OpenMpi,

    /// <summary>MPICH and what shares its binary interface.</summary>
    Mpich,
}
