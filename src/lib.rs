//! Who may really do what with the data in Azure Cosmos DB.
