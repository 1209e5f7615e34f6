import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environment, environmentNames } from '../config';
import { release } from '../config/release';
import { SlipwayStage } from '../lib/slipway-stage';
import { told } from './told';

told(() => {
  const app = new App({ analyticsReporting: false });
  for (const name of environmentNames) {
    new SlipwayStage(app, name, { environment: environment(name), release: release(name) });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});
