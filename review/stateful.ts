import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/** Types that hold data or a history that nothing makes anew, beside those that AWS's service specification marks. */
const ALSO = [
  'AWS::APS::Workspace',
  'AWS::Cassandra::Keyspace',
  'AWS::Cassandra::Table',
  'AWS::CodeArtifact::Domain',
  'AWS::CodeArtifact::Repository',
  'AWS::CodeCommit::Repository',
  'AWS::ECR::PublicRepository',
  'AWS::ECR::Repository',
  'AWS::MemoryDB::Cluster',
  'AWS::OpenSearchServerless::Collection',
  'AWS::RedshiftServerless::Namespace',
  'AWS::S3Express::DirectoryBucket',
  'AWS::S3Tables::Table',
  'AWS::S3Tables::TableBucket',
  'AWS::S3Vectors::VectorBucket',
  'AWS::SageMaker::Domain',
  'AWS::SageMaker::FeatureGroup',
  'AWS::SageMaker::MlflowTrackingServer',
  'AWS::SageMaker::ModelPackageGroup',
  'AWS::Timestream::Database',
  'AWS::Timestream::Table',
];

/** What deleting one means where it is more, or less, than losing what it holds. AWS documentation, November 2026. */
const DELETED: Readonly<Record<string, string>> = {
  'AWS::ECR::Repository': 'deleted, unless it holds images and EmptyOnDelete is not set: then the deployment fails',
  'AWS::KMS::Key': 'scheduled for deletion: after the waiting period nothing encrypted by it can be read',
  'AWS::S3::Bucket': 'deleted, unless it holds objects: then the deployment fails',
};

let types: Set<string> | undefined;

/** Every type of resource that counts as stateful. */
export function statefulTypes(): Set<string> {
  types ??= new Set([
    ...[...loadAwsServiceSpecSync().all('resource')]
      .filter(({ isStateful }) => isStateful)
      .map(({ cloudFormationType }) => cloudFormationType),
    ...ALSO,
  ]);
  return types;
}

/** What becomes of the data when CloudFormation deletes a resource. */
export function deleted(type: string): string {
  return DELETED[type] ?? 'deleted with what it holds';
}
